# A stranger in Perl: SOAP::Lite, which reads the WSDL, and writes SOAP 1.1 messages that are put together by hand.
# What has no type it does not escape, so that it is done here.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use Time::Piece;
use MIME::Base64;
use SOAP::Lite;

my ($version, $wsdl, $endpoint, $folder, $person, $principal) = @ARGV;
my $namespace = 'urn:e-gomruk:services:v1';
my @tls = (SSL_ca_file => "$folder/portal.crt", SSL_cert_file => "$folder/system.pem", SSL_key_file => "$folder/system.pem");
my $agent = SOAP::Schema->new(schema_url => $wsdl);
$agent->useragent->ssl_opts(@tls);
my $known = $agent->parse->services->{EGomruk};
die "the WSDL is not understood" unless $known->{Weigh} && $known->{UploadDocument};

my $soap = SOAP::Lite->proxy($endpoint, ssl_opts => [@tls])->autotype(0)->readable(0);
$soap->soapversion($version);
$soap->on_action(sub { $_[1] });
$soap->on_fault(sub { $_[1] });
$soap->serializer->encodingStyle('');

# Elements stand in the order of the schema, so that what has several is a list of names and values.
sub fields {
    my (@pairs, @made) = @_;
    while (my ($name, $value) = splice @pairs, 0, 2) {
        push @made, SOAP::Data->name($name => ref $value ? \SOAP::Data->value(fields(@$value)) : SOAP::Utils::encode_data($value));
    }
    return @made;
}

sub call {
    my ($operation, $values, @header) = @_;
    my $asked = SOAP::Header->name('RequestHeader' => \SOAP::Header->value(fields(@header)))->attr({xmlns => $namespace});
    my $method = SOAP::Data->name($operation)->attr({xmlns => $namespace});
    my $answer = $soap->call($method => $asked, fields(@$values));
    die $answer->faultdetail->{ServiceFault} if $answer->fault;
    return $answer;
}

sub say_all { print join("\t", @_), "\n" }

my $services = call('ListServices', [withoutLogin => 'true'], language => 'en');
my ($first) = $services->valueof('//service');
say_all('services', $services->valueof('//total'), @$first{qw(needsLogin available name)});

my $freight = [
    procedure => 'import',
    arrivesAt => '2026-12-01T12:00:00+04:00',
    note => 'Şəki «halvası» & çay',
    item => [
        goodsCode => '0101210000',
        netWeight => '20.125',
        madeOn => '2026-11-02',
        packages => [packing => 'box', number => 3],
        packages => [packing => 'pallet', number => 1],
    ],
    item => [goodsCode => '0207141000', netWeight => '13.100', packages => [packing => 'box', number => 2]],
];
my $weighed = call('Weigh', [freight => $freight], messageId => 'perl-weigh');
my $result = $weighed->result;
say_all('weighed', @$result{qw(netWeight packages oldest)}, $weighed->valueof('//ResponseHeader/messageId'));
my ($back) = $weighed->valueof('//freight');
(my $moment = $back->{arrivesAt}) =~ s/Z$/+00:00/;
$moment =~ s/([+-]..):(..)$/ $1$2/;
my $arrives = Time::Piece->strptime($moment, '%Y-%m-%dT%H:%M:%S %z');
say_all('freight', $back->{procedure}, $arrives->strftime('%Y-%m-%dT%H:%M:%SZ'), $back->{note});
my $place = 3; # Of what stands in the freight before its items.
for my $item ($weighed->valueof('//item')) {
    $place++;
    my @packages = map { "$_->{packing}:$_->{number}" } $weighed->valueof("//freight/[$place]/packages");
    say_all('item', @$item{qw(goodsCode netWeight)}, $item->{madeOn} // '-', @packages);
}

open my $file, '<:raw', "$folder/paper.pdf" or die $!;
my $content = encode_base64(do { local $/; <$file> });
my @header = (actingPerson => $person, principal => $principal, language => 'en');
for (1, 2) {
    my $paper = [name => 'Şəhadətnamə.pdf', content => $content];
    my $answer = call('UploadDocument', $paper, messageId => "perl-$version", @header);
    my $replayed = $answer->valueof('//ResponseHeader/replayed');
    say_all('document', @{$answer->result}{qw(name kind pages sha256)}, $replayed);
}

my $program = [name => 'a.exe', content => encode_base64('MZ')];
eval { call('UploadDocument', $program, messageId => "perl-$version-2", @header) };
say_all('fault', $@->{code}, @{$@->{problem}}{qw(rule message)});
