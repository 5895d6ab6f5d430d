import type { Brief, BriefValue, Name } from "../model/brief.ts";
import {
  CATALOGUE_GRAPH,
  definitionName,
  EXECUTION_ACTIVITY,
  EXECUTION_GRAPH,
  escapeLocalName,
} from "../model/names.ts";
import { RECORDER } from "../model/version.ts";
import {
  commandLine,
  gpuModels,
  hostName,
  lockfileDigest,
  machine,
  type Package,
  schedulerVariables,
  userName,
} from "./environment.ts";
import type { Execution } from "./execution.ts";
import { readCheckout } from "./git.ts";
import { redact } from "./secrets.ts";

type Attributes = [string, BriefValue][];

export interface Origin {
  readonly statements: readonly Brief[];
  readonly software: Name;
  /** The entity of the environment. */
  readonly environment: Name;
  /** The working tree, whose state takes a process of its own to find out. */
  readonly source?: { readonly name: Name; readonly folder: string };
}

/** What an execution states once, before its first step: who, which software, where, by which plan. */
export function originStatements(execution: Execution, around: Package | undefined): Origin {
  const { root, workflow, rootDirectory, isLauncher, plan, settings } = execution;
  const software = softwareName(around, workflow);
  const host = definitionName("host", hostName());
  const statements: Brief[] = [];
  const entity = (id: Name, attributes: Attributes, graph?: Name) =>
    statements.push({ kind: "entity", id, attributes, ...(graph === undefined ? {} : { graph }) });

  const rootAttributes: Attributes = [
    ["prov:type", { name: "provml:WorkflowExecution" }],
    ["rdfs:label", workflow],
    ["prov:location", { name: host }],
    ["provml:rootDirectory", rootDirectory],
    ["provml:command", commandLine()],
  ];
  if (!isLauncher) {
    const type: [string, BriefValue] = ["prov:type", { name: "provml:WorkflowExecution" }];
    statements.push({ kind: "activity", id: EXECUTION_ACTIVITY, attributes: [type, ["rdfs:label", workflow]] });
    rootAttributes.push(["dcterms:isPartOf", { name: EXECUTION_ACTIVITY }]);
  }
  statements.push({ kind: "activity", id: root.name, startTime: root.startTime, attributes: rootAttributes });

  const bundle: Attributes = [
    ["prov:type", { name: "prov:Bundle" }],
    ["rdfs:label", workflow],
    ["dcterms:subject", { name: EXECUTION_ACTIVITY }],
  ];
  entity(EXECUTION_GRAPH, bundle, CATALOGUE_GRAPH);
  // A bundle is generated once: by whoever started the execution.
  if (isLauncher)
    statements.push({ kind: "wasGeneratedBy", entity: EXECUTION_GRAPH, time: root.startTime, graph: CATALOGUE_GRAPH });

  const softwareTypes: Attributes = [
    ["prov:type", { name: "prov:SoftwareAgent" }],
    ["prov:type", { name: "provml:Software" }],
    ["rdfs:label", around?.name ?? workflow],
  ];
  if (around?.version !== undefined) softwareTypes.push(["provml:version", around.version]);
  statements.push({ kind: "agent", id: software, attributes: softwareTypes });
  const person = settings.agent ?? { name: userName() };
  const personName = person.iri === undefined ? definitionName("agent", person.name) : `<${person.iri}>`;
  statements.push({
    kind: "agent",
    id: personName,
    attributes: [
      ["prov:type", { name: "prov:Person" }],
      ["rdfs:label", person.name],
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
  const environment = execution.id();
  entity(environment, environmentAttributes(around?.folder ?? rootDirectory));
  statements.push({ kind: "used", activity: root.name, entity: environment });
  const source = sourceStatements(execution, around?.folder ?? rootDirectory, statements);
  return { statements, software, environment, ...(source ? { source } : {}) };
}

/** The association of an activity with the software; it has a node of its own only where it names a plan. */
export function association(execution: Execution, activity: Name, agent: Name, plan?: Name): Brief {
  if (plan === undefined) return { kind: "wasAssociatedWith", activity, agent };
  return { kind: "wasAssociatedWith", id: execution.id(), activity, agent, plan };
}

function softwareName(around: Package | undefined, workflow: string): Name {
  if (around?.name === undefined) return definitionName("software", workflow);
  const name = around.name.split("/").map(escapeLocalName).join("/").replace(/^%40/, "%40");
  const version = around.version === undefined ? "" : `@${escapeLocalName(around.version)}`;
  return `<pkg:npm/${name}${version}>`;
}

function environmentAttributes(folder: string): Attributes {
  const attributes: Attributes = [
    ["prov:type", { name: "provml:Environment" }],
    ["rdfs:label", "environment"],
  ];
  for (const [name, value] of machine()) attributes.push([name, value]);
  for (const model of gpuModels()) attributes.push(["provml:gpuModel", model]);
  for (const variable of schedulerVariables(process.env)) attributes.push(["provml:variable", variable]);
  const lockfile = lockfileDigest(folder);
  if (lockfile !== undefined) attributes.push(["provml:lockfileDigest", lockfile]);
  attributes.push(["provml:recorder", RECORDER]);
  return attributes;
}

function sourceStatements(execution: Execution, folder: string, statements: Brief[]): Origin["source"] {
  const checkout = execution.faults.guard(() => readCheckout(folder));
  if (checkout === undefined) return undefined;
  const name = execution.id();
  const attributes: Attributes = [
    ["prov:type", { name: "provml:SourceCode" }],
    ["rdfs:label", "working tree"],
  ];
  if (checkout.branch !== undefined) attributes.push(["provml:branch", checkout.branch]);
  if (checkout.remote !== undefined) attributes.push(["provml:repository", redact(checkout.remote)]);
  statements.push({ kind: "entity", id: name, attributes });
  statements.push({ kind: "used", activity: execution.root.name, entity: name });
  if (checkout.commit !== undefined) {
    const commit = `<swh:1:rev:${checkout.commit}>`;
    statements.push({ kind: "entity", id: commit, attributes: [["prov:type", { name: "provml:Commit" }]] });
    statements.push({ kind: "specializationOf", specificEntity: name, generalEntity: commit });
  }
  return { name, folder: checkout.root };
}
