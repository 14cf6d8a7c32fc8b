// What the strangers in JavaScript have in common: what they are told, what they ask, and how they print the answers.
const fs = require("fs");

const [version, wsdl, endpoint, folder, person, principal] = process.argv.slice(2);
const system = fs.readFileSync(`${folder}/system.pem`);
const authority = fs.readFileSync(`${folder}/portal.crt`);
const tls = { key: system, cert: system, ca: authority };

const freight = {
  procedure: "import",
  arrivesAt: "2026-12-01T12:00:00+04:00",
  note: "Şəki «halvası» & çay",
  item: [
    {
      goodsCode: "0101210000",
      netWeight: "20.125",
      madeOn: "2026-11-02",
      packages: [
        { packing: "box", number: 3 },
        { packing: "pallet", number: 1 },
      ],
    },
    { goodsCode: "0207141000", netWeight: "13.100", packages: [{ packing: "box", number: 2 }] },
  ],
};

const say = (...values) => console.log(values.join("\t"));
const list = (value) => [].concat(value); // Both libraries give one element as itself.
const day = (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value || "-");
const instant = (value) => new Date(value).toISOString().replace(".000", "");

// `call` gives the result and the response header, or throws what the fault says: its detail.
async function run(name, call) {
  const [services] = await call("ListServices", { withoutLogin: true }, { language: "en" });
  const first = list(services.service)[0];
  say("services", services.total, first.needsLogin, first.available, first.name);

  const [weighed, told] = await call("Weigh", { freight }, { messageId: `${name}-weigh` });
  say("weighed", Number(weighed.netWeight).toFixed(3), weighed.packages, day(weighed.oldest), told.messageId);
  say("freight", weighed.freight.procedure, instant(weighed.freight.arrivesAt), weighed.freight.note);
  for (const item of list(weighed.freight.item)) {
    const packages = list(item.packages).map((one) => `${one.packing}:${one.number}`);
    say("item", item.goodsCode, Number(item.netWeight).toFixed(3), day(item.madeOn), ...packages);
  }

  const content = fs.readFileSync(`${folder}/paper.pdf`).toString("base64");
  const header = { messageId: `${name}-${version}`, actingPerson: person, principal, language: "en" };
  for (const _ of [1, 2]) {
    const [document, told] = await call("UploadDocument", { name: "Şəhadətnamə.pdf", content }, header);
    say("document", document.name, document.kind, document.pages, document.sha256, told.replayed);
  }

  const program = { name: "a.exe", content: Buffer.from("MZ").toString("base64") };
  try {
    await call("UploadDocument", program, { ...header, messageId: `${name}-${version}-2` });
  } catch (fault) {
    const detail = fault.ServiceFault;
    say("fault", detail.code, list(detail.problem)[0].rule, list(detail.problem)[0].message);
  }
}

module.exports = { version, wsdl, endpoint, tls, run };
