<?php
// A stranger in PHP: ext-soap, which reads the WSDL and knows the types of its messages from there.
[, $version, $wsdl, $endpoint, $folder, $person, $principal] = $argv;
$ssl = ['local_cert' => "$folder/system.pem", 'cafile' => "$folder/portal.crt"];
$client = new SoapClient($wsdl, [
    'soap_version' => $version === '1.2' ? SOAP_1_2 : SOAP_1_1,
    'location' => $endpoint,
    'stream_context' => stream_context_create(['ssl' => $ssl]),
    'local_cert' => "$folder/system.pem",
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'cache_wsdl' => WSDL_CACHE_NONE,
]);

function say(string ...$values): void
{
    echo implode("\t", $values), "\n";
}

function call(SoapClient $client, string $operation, array $values, array $header): array
{
    $asked = new SoapHeader('urn:e-gomruk:services:v1', 'RequestHeader', $header);
    $told = [];
    $answer = $client->__soapCall($operation, [$values], null, [$asked], $told);
    return [$answer->{"{$operation}Result"}, $told['ResponseHeader']];
}

function flag(bool $value): string
{
    return $value ? 'true' : 'false';
}

[$list] = call($client, 'ListServices', ['withoutLogin' => true], ['language' => 'en']);
say('services', $list->total, $list->service[0]->needsLogin, flag($list->service[0]->available), $list->service[0]->name);

$freight = [
    'procedure' => 'import',
    'arrivesAt' => '2026-12-01T12:00:00+04:00',
    'note' => 'Şəki «halvası» & çay',
    'item' => [
        [
            'goodsCode' => '0101210000',
            'netWeight' => '20.125',
            'madeOn' => '2026-11-02',
            'packages' => [['packing' => 'box', 'number' => 3], ['packing' => 'pallet', 'number' => 1]],
        ],
        ['goodsCode' => '0207141000', 'netWeight' => '13.100', 'packages' => [['packing' => 'box', 'number' => 2]]],
    ],
];
[$weighed, $told] = call($client, 'Weigh', ['freight' => $freight], ['messageId' => 'php-weigh']);
say('weighed', $weighed->netWeight, $weighed->packages, $weighed->oldest, $told->messageId);
$arrives = (new DateTimeImmutable($weighed->freight->arrivesAt))->setTimezone(new DateTimeZone('UTC'));
say('freight', $weighed->freight->procedure, $arrives->format('Y-m-d\TH:i:s\Z'), $weighed->freight->note);
foreach ($weighed->freight->item as $item) {
    $packages = array_map(fn ($one) => "$one->packing:$one->number", $item->packages);
    say('item', $item->goodsCode, $item->netWeight, $item->madeOn ?? '-', ...$packages);
}

$paper = ['name' => 'Şəhadətnamə.pdf', 'content' => file_get_contents("$folder/paper.pdf")];
$header = ['messageId' => "php-$version", 'actingPerson' => $person, 'principal' => $principal, 'language' => 'en'];
foreach ([1, 2] as $time) {
    [$document, $told] = call($client, 'UploadDocument', $paper, $header);
    say('document', $document->name, $document->kind, $document->pages, $document->sha256, flag($told->replayed));
}

try {
    call($client, 'UploadDocument', ['name' => 'a.exe', 'content' => 'MZ'] , ['messageId' => "php-$version-2"] + $header);
} catch (SoapFault $fault) {
    $detail = $fault->detail->ServiceFault;
    $problem = is_array($detail->problem) ? $detail->problem[0] : $detail->problem;
    say('fault', $detail->code, $problem->rule, $problem->message);
}
