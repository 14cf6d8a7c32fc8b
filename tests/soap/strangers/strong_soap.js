// A stranger in JavaScript: the package `strong-soap`.
const { soap } = require("strong-soap");
const { version, wsdl, endpoint, tls, run } = require("./node_calls");

const NAMESPACE = "urn:e-gomruk:services:v1";

soap.createClient(wsdl, { endpoint, wsdl_options: tls }, async (failure, client) => {
  if (failure) throw failure;
  client.setSecurity(new soap.ClientSSLSecurity(tls.key, tls.cert, tls.ca));
  await run("strong-soap", (operation, values, header) => {
    client.clearSoapHeaders();
    // The value is what stands inside the element.
    client.addSoapHeader(header, { nsURI: NAMESPACE, name: "RequestHeader" });
    return new Promise((resolve, reject) => {
      client[operation](values, (error, answer, envelope, told) => {
        if (error) {
          const fault = error.root.Envelope.Body.Fault;
          reject(fault.detail || fault.Detail);
        } else {
          resolve([answer[`${operation}Result`], told.ResponseHeader]);
        }
      });
    });
  });
});
