/* A stranger in C: what gSOAP makes of the WSDL, against a library that was compiled long before it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "soapH.h"
#include NSMAP

static struct soap *soap;
static const char *endpoint;
static char *person, *principal, path[500];

static char *in_folder(const char *folder, const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return soap_strdup(soap, path);
}

/* The library writes the header of `soap` and reads the one of the answer into the same place. */
static void head(char *message, char *for_whom, enum ns1__Language *language)
{
    soap->header = soap_malloc(soap, sizeof *soap->header);
    soap_default_SOAP_ENV__Header(soap, soap->header);
    soap->header->ns1__RequestHeader = soap_malloc(soap, sizeof *soap->header->ns1__RequestHeader);
    soap_default_ns1__RequestHeader(soap, soap->header->ns1__RequestHeader);
    soap->header->ns1__RequestHeader->messageId = message;
    soap->header->ns1__RequestHeader->actingPerson = for_whom;
    soap->header->ns1__RequestHeader->principal = for_whom ? principal : NULL;
    soap->header->ns1__RequestHeader->language = language;
}

static void must(int result)
{
    if (result != SOAP_OK) {
        soap_print_fault(soap, stderr);
        exit(1);
    }
}

static void list_services(void)
{
    enum xsd__boolean yes = xsd__boolean__true_;
    enum ns1__Language english = ns1__Language__en;
    struct ns1__ListServices asked = {.withoutLogin = &yes};
    struct ns1__ListServicesResponse answer;
    head(NULL, NULL, &english);
    must(soap_call___ns1__ListServices(soap, endpoint, NULL, &asked, &answer));
    struct ns1__ServiceList *list = answer.ListServicesResult;
    printf("services\t%s\t%s\t%s\t%s\n", list->total, soap_ns1__Login2s(soap, list->service[0].needsLogin),
           soap_xsd__boolean2s(soap, list->service[0].available), list->service[0].name);
}

static void weigh(void)
{
    struct ns1__TrialPackages first[] = {{ns1__TrialPacking__box, "3"}, {ns1__TrialPacking__pallet, "1"}};
    struct ns1__TrialPackages second[] = {{ns1__TrialPacking__box, "2"}};
    struct ns1__TrialItem items[] = {{"0101210000", "20.125", "2026-11-02", 2, first},
                                     {"0207141000", "13.100", NULL, 1, second}};
    struct ns1__TrialFreight freight = {ns1__TrialProcedure__import, 0, "Şəki «halvası» & çay", 2, items};
    struct ns1__Weigh asked = {&freight};
    struct ns1__WeighResponse answer;
    struct tm noon = {.tm_year = 126, .tm_mon = 11, .tm_mday = 1, .tm_hour = 8};
    char moment[30];
    freight.arrivesAt = timegm(&noon);
    head("gsoap-weigh", NULL, NULL);
    must(soap_call___ns1__Weigh(soap, endpoint, NULL, &asked, &answer));
    struct ns1__TrialWeighed *weighed = answer.WeighResult;
    printf("weighed\t%s\t%s\t%s\t%s\n", weighed->netWeight, weighed->packages, weighed->oldest,
           soap->header->ns1__ResponseHeader->messageId);
    strftime(moment, sizeof moment, "%Y-%m-%dT%H:%M:%SZ", gmtime(&weighed->freight->arrivesAt));
    printf("freight\t%s\t%s\t%s\n", soap_ns1__TrialProcedure2s(soap, weighed->freight->procedure), moment,
           weighed->freight->note);
    for (int i = 0; i < weighed->freight->__sizeitem; i++) {
        struct ns1__TrialItem *item = &weighed->freight->item[i];
        printf("item\t%s\t%s\t%s", item->goodsCode, item->netWeight, item->madeOn ? item->madeOn : "-");
        for (int j = 0; j < item->__sizepackages; j++)
            printf("\t%s:%s", soap_ns1__TrialPacking2s(soap, item->packages[j].packing), item->packages[j].number);
        printf("\n");
    }
}

static int upload(char *message, char *name, unsigned char *content, int size, struct ns1__UploadDocumentResponse *answer)
{
    static enum ns1__Language english = ns1__Language__en;
    struct ns1__UploadDocument asked = {.name = name};
    asked.content.__ptr = content;
    asked.content.__size = size;
    head(message, person, &english);
    return soap_call___ns1__UploadDocument(soap, endpoint, NULL, &asked, answer);
}

static void send_paper(char *message, const char *file)
{
    static unsigned char content[100000];
    struct ns1__UploadDocumentResponse answer;
    FILE *paper = fopen(file, "rb");
    int size = (int)fread(content, 1, sizeof content, paper);
    fclose(paper);
    for (int time = 1; time <= 2; time++) {
        must(upload(message, "Şəhadətnamə.pdf", content, size, &answer));
        struct ns1__Document *document = answer.UploadDocumentResult;
        printf("document\t%s\t%s\t%s\t%s\t%s\n", document->name, document->kind, document->pages, document->sha256,
               soap_xsd__boolean2s(soap, soap->header->ns1__ResponseHeader->replayed));
    }
}

static void send_program(char *message)
{
    struct ns1__UploadDocumentResponse answer;
    if (upload(message, "a.exe", (unsigned char *)"MZ", 2, &answer) == SOAP_OK)
        exit(1);
    /* Each version of SOAP has its own place for the detail. */
    struct SOAP_ENV__Detail *detail = soap->fault->detail ? soap->fault->detail : soap->fault->SOAP_ENV__Detail;
    struct ns1__ServiceFault *fault = detail->ns1__ServiceFault;
    printf("fault\t%s\t%s\t%s\n", fault->code, fault->problem[0].rule, fault->problem[0].message);
}

int main(int count, char **told)
{
    char first[40], second[40];
    const char *version = told[1], *folder = told[4];
    if (count != 7)
        return 2;
    endpoint = told[3];
    person = told[5];
    principal = told[6];
    soap = soap_new1(SOAP_C_UTFSTRING | SOAP_XML_STRICT);
    must(soap_ssl_client_context(soap, SOAP_SSL_REQUIRE_SERVER_AUTHENTICATION, in_folder(folder, "system.pem"), NULL,
                                 in_folder(folder, "portal.crt"), NULL, NULL));
    snprintf(first, sizeof first, "gsoap-%s", version);
    snprintf(second, sizeof second, "gsoap-%s-2", version);
    list_services();
    weigh();
    send_paper(first, in_folder(folder, "paper.pdf"));
    send_program(second);
    soap_destroy(soap);
    soap_end(soap);
    soap_free(soap);
    return 0;
}
