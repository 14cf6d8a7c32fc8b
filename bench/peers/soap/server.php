<?php
// The contract of the bench as PHP's own extension serves it.
$made = getenv("BENCH_PEERS");

class Operations
{
    public function Echo($asked)
    {
        return ["EchoResult" => ["text" => $asked->text, "at" => "2026-11-20T08:00:00+00:00"]];
    }

    public function Submit($asked)
    {
        $cents = 0;
        foreach ($asked->declaration->item as $item) {
            $cents += (int) round((float) $item->value * 100);
        }
        $total = number_format($cents / 100, 2, ".", "");
        return ["SubmitResult" => ["number" => "26AZ0001", "items" => count($asked->declaration->item), "total" => $total]];
    }

    public function Get($asked)
    {
        global $made;
        return ["GetResult" => json_decode(file_get_contents("$made/declaration.json"), true)];
    }
}

if ($_SERVER["REQUEST_METHOD"] !== "POST") {
    return;
}
$server = new SoapServer("$made/service.wsdl", ["cache_wsdl" => WSDL_CACHE_BOTH, "soap_version" => SOAP_1_1, "features" => SOAP_SINGLE_ELEMENT_ARRAYS]);
$server->setClass("Operations");
$server->handle();
