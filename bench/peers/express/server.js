// The sample form as Express shows it: signed session, form token, one query, a dictionary of translations.
"use strict";
const fs = require("node:fs");
const Database = require("better-sqlite3");
const Tokens = require("csrf");
const cookieSession = require("cookie-session");
const express = require("express");

const made = process.env.BENCH_PEERS;
const page = JSON.parse(fs.readFileSync(`${made}/page.json`, "utf8"));
const dictionaries = { az: new Map(page.texts.map((text) => [text, text])) };
const person = new Database(`${made}/peers.sqlite`).prepare("SELECT name FROM person WHERE id = ?");
const tokens = new Tokens();

const app = express();
app.set("views", made);
app.set("view engine", "ejs");
app.set("view cache", true);
app.set("etag", false);
app.disable("x-powered-by");
app.use(cookieSession({ name: "session", keys: ["a key of the bench that is long enough"] }));

app.get("/", (request, response) => {
  if (!request.session.secret) {
    request.session.secret = tokens.secretSync();
    request.session.person = 1;
  }
  const dictionary = dictionaries[request.query.lang ?? "az"] ?? dictionaries.az;
  response.render("page", {
    groups: page.groups,
    t: (text) => dictionary.get(text) ?? text,
    path: "/design/form",
    token: tokens.create(request.session.secret),
    formId: tokens.secretSync(),
    values: {},
    viewer: person.get(request.session.person ?? 1).name,
  });
});

app.listen(Number(process.env.PORT), "127.0.0.1");
