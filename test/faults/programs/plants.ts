// Records with a secret in every place where a program may have one; what it says on the terminal is part of what is looked through.
// usage: node plants.js <build> [secrets…]
import { join } from "node:path";
import { plantedKey as key, plantedWord as s } from "../planted.ts";

const [, , build = ""] = process.argv;
const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
const tried = (fn: () => unknown) => {
  try {
    fn();
  } catch {
    // what fails is what is recorded
  }
};
const prov = provenance({
  workflow: `birds ${key(102)}`,
  agent: `Ada ${key(103)}`,
  study: `rates ${key(104)}`,
  secrets: ["patient_id", "/MRN-\\w+/"],
  plan: {
    name: `birds ${key(105)}`,
    steps: [
      { name: "fit", kind: "training", task: `password=${s(106)}`, parameters: [{ name: "token", default: s(107) }] },
    ],
  },
});
prov.seed(key(60));
prov.training("fit", (_settings, _password, _apiKey) => {
  prov.current().hyperparameters({
    password: s(61),
    nested: { db: { pwd: s(62) } },
    list: [key(63)],
    url: `https://a:${s(64)}@h/x`,
    note: `token=${s(65)}`,
  });
  prov.current().used(`https://host/data.csv?token=${s(66)}`, { role: "data" });
  prov.current().used(`https://u:${s(67)}@h/x.csv`, { role: "secret" });
  prov.current().generated(`s3://a:${s(68)}@bucket/x`, { name: key(69) });
  prov.current().log({ [key(70)]: 0.5, loss: 1 });
  for (const epoch of prov.current().epochs(1)) epoch.used(`hf://${key(71)}/x`);
  return { model: 1, token: s(72), text: key(73) };
})(
  { secret: s(74), apiKeys: [s(75)], optimizer: { credentials: { user: s(76) } }, endpoint: `https://h/?key=${s(77)}` },
  s(78),
  s(79),
);
prov.dataset(`https://u:${s(80)}@host/d.csv`, { description: key(81), version: key(82), name: key(83) });
prov.model({}, { name: "m", description: `password: ${s(84)}` });
prov.entity({}, { name: "e", description: `Bearer ${s(85)}abcdefgh` });
tried(
  prov.activity("fails", () => {
    throw new Error(`GET https://u:${s(86)}@h failed with ${key(87)}`);
  }),
);
tried(
  prov.activity("fails too", () => {
    throw new TypeError(`login: password=${s(88)}`, { cause: new Error(key(89)) });
  }),
);
prov.run(`run ${key(90)}`, () => {});
prov.activity(`step ${key(91)}`, () => key(92))();
prov.evaluation("judge", (_m) => ({ accuracy: 1, password: s(93), [`k ${key(94)}`]: 2 }))({});
prov.inference("score", (_x) => key(95))(s(96));
prov.run("sections", () =>
  prov.current().section(`kind ${key(97)}`, 1, (one) => one.used("a", { role: `r ${key(98)}` })),
);
prov.dataPreparation(
  "clean",
  (o) => o,
)({ headers: { Authorization: `Bearer ${s(99)}abcdefgh` }, connection: `mysql://r:${s(100)}@db/x`, max_tokens: 5 });
prov.current().hyperparameters({ control: "visible" });

prov.activity(
  "more",
  (_: object) => 1,
)({
  patientId: s(108),
  note: `MRN-${s(109)}`,
  command: ["fetch", "--token", s(110), `--password=${s(111)}`],
  pem: `-----BEGIN PRIVATE KEY-----\n${s(112)}\n-----END PRIVATE KEY-----`,
  cookie: `id=${s(113)}`,
  text: `{\\"secret\\":\\"two ${s(114)}\\"}`,
  sas: `sv=2024&sig=${s(115)}`,
  dsn: `Server=db;Password="${s(116)} x";`,
});
prov.current().used(`${key(117)}/data.csv`);
tried(
  prov.activity("failing command", () => {
    throw new Error(`Command failed: curl -u ada:${s(118)} --api-key ${s(119)} https://host/x`);
  }),
);
prov.current().hyperparameters({ control: "visible" });
await prov.flush();
