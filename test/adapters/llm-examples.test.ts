import { expect, it } from "vitest";
import { chatServer } from "./chat-server.ts";
import { recordedExample } from "./recorded-example.ts";

it("the example of the AI SDK leaves each call with its model in the step that made it", async () => {
  await using server = await chatServer();
  const { printed, graph } = await recordedExample("adapter-ai-sdk", { CHAT_URL: server.baseUrl, CHAT_MODEL: "toy-1" });
  expect(printed).toContain("owl: hcnerF ni lwo");
  const calls = await graph.sparql`SELECT ?step ?tokens WHERE {
    ?call a provml:InferenceExecution ; prov:used [ rdfs:label "toy-1" ; provml:provider "local" ] ; provml:inputTokenCount ?tokens ; dcterms:isPartOf/rdfs:label ?step } ORDER BY ?tokens`;
  expect(calls.map(({ step, tokens }) => [step, tokens])).toEqual([
    ["translate", 34],
    ["translate", 35],
    ["translate", 38],
  ]);
});

it("the example of LangChain leaves each chain as parts of the run", async () => {
  await using server = await chatServer();
  const { printed, graph } = await recordedExample("adapter-langchain", {
    CHAT_URL: server.baseUrl,
    CHAT_MODEL: "toy-1",
  });
  expect(printed).toBe("hcnerF ni lwo\nhcnerF ni niugnep\n");
  const [{ calls }] = (await graph.sparql`SELECT (COUNT(?call) AS ?calls) WHERE {
    ?call a provml:InferenceExecution ; provml:finishReason "stop" ; dcterms:isPartOf ?chain .
    ?chain rdfs:label "word by word" ; dcterms:isPartOf ?run . ?run a mls:Run ; rdfs:label "translate" }`) as [
    { calls: unknown },
  ];
  expect(calls).toBe(2);
});

it("the example of OpenTelemetry leaves its spans as parts of its steps", async () => {
  const { printed, graph } = await recordedExample("adapter-opentelemetry");
  expect(printed).toBe("342 penguins, 0 owls\n");
  const spans = await graph.sparql`SELECT ?span ?step ?status WHERE {
    ?activity rdfs:label ?span ; dcterms:isPartOf/rdfs:label ?step ; provml:status ?status FILTER (?span IN ("read file", "look for owls")) } ORDER BY ?span`;
  expect(spans.map(({ span, step, status }) => [span, step, String(status).replace(/^.*#|>$/g, "")])).toEqual([
    ["look for owls", "observed", "Failed"],
    ["read file", "load", "Completed"],
  ]);
});
