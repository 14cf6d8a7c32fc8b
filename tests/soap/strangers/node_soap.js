// A stranger in JavaScript: the package `soap`.
const https = require("https");
const soap = require("soap");
const { version, wsdl, endpoint, tls, run } = require("./node_calls");

const NAMESPACE = "urn:e-gomruk:services:v1";

(async () => {
  const request = require("axios").create({ httpsAgent: new https.Agent(tls) });
  const client = await soap.createClientAsync(wsdl, { endpoint, request, forceSoap12Headers: version === "1.2" });
  await run("node-soap", async (operation, values, header) => {
    client.clearSoapHeaders();
    client.addSoapHeader({ RequestHeader: header }, "", "tns", NAMESPACE);
    try {
      const [answer, , told] = await client[`${operation}Async`](values);
      return [answer[`${operation}Result`], told.ResponseHeader];
    } catch (error) {
      const fault = error.root.Envelope.Body.Fault;
      throw fault.detail || fault.Detail;
    }
  });
})();
