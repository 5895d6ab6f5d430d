/** What carrying a context takes, beside what recording takes: loaded when something is carried. */
export { CarriedExecutions } from "./carried.ts";
export { carrierFrom, carrierOf, carrierTo, settingsFrom } from "./carrier.ts";
export { standingOf } from "./standing.ts";
