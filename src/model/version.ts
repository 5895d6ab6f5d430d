/** The version that wrote something; a test holds it to package.json, which the capture entry must not read. */
export const VERSION = "0.1.0";

export const RECORDER = `provml ${VERSION}`;
