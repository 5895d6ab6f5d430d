import { join } from "node:path";
import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { definitionName, escapeLocalName } from "../../model/names.ts";
import { fileState } from "../content/files.ts";
import type { Execution } from "../execution.ts";
import { fileEntity, stateUse } from "../flow.ts";
import { cleanName, redact } from "../secrets.ts";
import { environmentAttributes } from "./environment.ts";
import { type Checkout, readCheckout } from "./git.ts";
import { hostName } from "./machine.ts";
import { commandLine, entryScript, type Package, userName } from "./program.ts";
import { rootStatements } from "./root-statements.ts";
import { commitStatements } from "./source-state.ts";

type Attributes = [string, BriefValue][];

export interface Origin {
  readonly statements: readonly Brief[];
  readonly software: Name;
  /** The entity of the environment. */
  readonly environment: Name;
  readonly packageFolder: string | undefined;
  /** The working tree, whose state takes a process of its own to find out. */
  readonly source?: { readonly name: Name; readonly folder: string; readonly hasCommit: boolean };
}

/** What an execution states once, before its first step: who, which software, where, by which plan. */
export function originStatements(execution: Execution, around: Package | undefined): Origin {
  const { root, workflow, rootDirectory, plan, settings } = execution;
  const software = softwareName(around, workflow);
  const host = definitionName("host", hostName());
  const statements: Brief[] = [];
  const entity = (id: Name, attributes: Attributes) => statements.push({ kind: "entity", id, attributes });

  const rootAttributes: Attributes = [
    ["prov:location", { name: host }],
    ["provml:rootDirectory", rootDirectory],
    ["provml:command", commandLine()],
  ];
  statements.push(...rootStatements(execution, rootAttributes));

  const softwareTypes: Attributes = [
    ["prov:type", { name: "prov:SoftwareAgent" }],
    ["prov:type", { name: "provml:Software" }],
    ["rdfs:label", cleanName(around?.name ?? workflow)],
  ];
  if (around?.version !== undefined) softwareTypes.push(["provml:version", around.version]);
  statements.push({ kind: "agent", id: software, attributes: softwareTypes });
  const { name: whose, iri } = settings.agent ?? { name: userName() };
  const person = cleanName(whose);
  const isHarmless = iri !== undefined && cleanName(iri) === iri;
  const personName = isHarmless ? `<${iri}>` : definitionName("agent", person);
  statements.push({
    kind: "agent",
    id: personName,
    attributes: [
      ["prov:type", { name: "prov:Person" }],
      ["rdfs:label", person],
    ],
  });
  const delegate = { delegate: software, responsible: personName, activity: root.name };
  statements.push({ kind: "actedOnBehalfOf", id: execution.id(), ...delegate });

  if (plan) statements.push({ kind: "plan", plan: plan.plan });
  statements.push(association(execution, root.name, software, plan?.name));

  entity(host, [
    ["prov:type", { name: "prov:Location" }],
    ["prov:type", { name: "provml:Host" }],
    ["rdfs:label", hostName()],
  ]);
  const folder = around?.folder ?? rootDirectory;
  const checkout = execution.faults.guard(() => readCheckout(folder));
  const environment = execution.id();
  entity(environment, environmentAttributes(folder, checkout?.root));
  statements.push({ kind: "used", activity: root.name, entity: environment });
  const source = sourceStatements(execution, checkout, statements);
  stateEntryScript(execution, statements);
  return { statements, software, environment, packageFolder: around?.folder, ...(source ? { source } : {}) };
}

/** The association of an activity with the software; it has a node of its own only where it names a plan. */
export function association(execution: Execution, activity: Name, agent: Name, plan?: Name): Brief {
  if (plan === undefined) return { kind: "wasAssociatedWith", activity, agent };
  return { kind: "wasAssociatedWith", id: execution.id(), activity, agent, plan };
}

/** The script that the runtime was started with is a file that the execution used, so that its bytes are known whatever git says. */
function stateEntryScript(execution: Execution, statements: Brief[]): void {
  const given = entryScript();
  if (given === undefined) return; // node -e
  const script = [given, `${given}.js`, join(given, "index.js")].find((path) => fileState(path) !== undefined);
  if (script === undefined) return;
  stateUse(execution.root, fileEntity(execution, script, {}, statements), "entryScript", undefined, statements);
}

function softwareName(around: Package | undefined, workflow: string): Name {
  if (around?.name === undefined) return definitionName("software", workflow);
  const name = cleanName(around.name).split("/").map(escapeLocalName).join("/").replace(/^%40/, "%40");
  const version = around.version === undefined ? "" : `@${escapeLocalName(around.version)}`;
  return `<pkg:npm/${name}${version}>`;
}

function sourceStatements(execution: Execution, checkout: Checkout | undefined, statements: Brief[]): Origin["source"] {
  if (checkout === undefined) return undefined;
  const { root, commit, branch, remote } = checkout;
  const name = execution.id();
  const attributes: Attributes = [
    ["prov:type", { name: "provml:SourceCode" }],
    ["rdfs:label", "working tree"],
  ];
  if (branch !== undefined) attributes.push(["provml:branch", cleanName(branch)]);
  if (remote !== undefined) attributes.push(["provml:repository", redact(remote)]);
  statements.push({ kind: "entity", id: name, attributes });
  statements.push({ kind: "used", activity: execution.root.name, entity: name });
  if (commit !== undefined) statements.push(...commitStatements(name, commit));
  return { name, folder: root, hasCommit: commit !== undefined };
}
