import type { Execution } from "../../capture/execution.ts";
import { redact } from "../../capture/secrets.ts";
import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { definitionName } from "../../model/names.ts";

/** The service that an OpenTelemetry resource names, as the software that carried an activity out. An SDK's own placeholder is no name. */
export function serviceStatements(
  execution: Execution,
  activity: Name,
  resource: Readonly<Record<string, unknown>> | undefined,
): Brief[] {
  const name = resource?.["service.name"];
  const version = resource?.["service.version"];
  if (typeof name !== "string" || name === "" || name.startsWith("unknown_service")) return [];
  const agent = definitionName("software", typeof version === "string" ? `${name}@${version}` : name);
  const association: Brief = { kind: "wasAssociatedWith", activity, agent };
  if (STATED.get(execution) === agent) return [association];
  STATED.set(execution, agent);
  const attributes: [Name, BriefValue][] = [
    ["prov:type", { name: "prov:SoftwareAgent" }],
    ["prov:type", { name: "provml:Software" }],
    ["rdfs:label", redact(name)],
  ];
  if (typeof version === "string") attributes.push(["provml:version", redact(version)]);
  return [{ kind: "agent", id: agent, attributes }, association];
}

/** Which service an execution stated last: most have one. */
const STATED = new WeakMap<Execution, Name>();
