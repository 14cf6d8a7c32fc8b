// The contract of the bench as node-soap serves it.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const soap = require("soap");

const made = process.env.BENCH_PEERS;
const wsdl = fs.readFileSync(`${made}/service.wsdl`, "utf8");
const kept = JSON.parse(fs.readFileSync(`${made}/declaration.json`, "utf8"));
const operations = {
  Echo: (asked) => ({ EchoResult: { text: asked.text, at: "2026-11-20T08:00:00+00:00" } }),
  Submit: ({ declaration }) => {
    const cents = declaration.item.reduce((sum, item) => sum + Math.round(Number(item.value) * 100), 0);
    return { SubmitResult: { number: "26AZ0001", items: declaration.item.length, total: (cents / 100).toFixed(2) } };
  },
  Get: () => ({ GetResult: kept }),
};

const server = http.createServer((request, response) => response.end());
// Asked only when the contract has been read.
soap.listen(server, "/soap", { EGomruk: { EGomrukSoap11: operations } }, wsdl, () => {
  server.listen(Number(process.env.PORT), "127.0.0.1");
});
