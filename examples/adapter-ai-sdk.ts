/**
 * The AI SDK: a middleware records the calls of a model; the answers are judged in steps of one's own. CHAT_URL is any server that speaks the
 * chat-completions protocol (default: Ollama on this computer), CHAT_MODEL a model of its.
 */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, wrapLanguageModel } from "ai";
import { activity, close, evaluation } from "provml";
import { aiSdkMiddleware } from "provml/adapters/ai-sdk";

const { CHAT_URL = "http://127.0.0.1:11434/v1", CHAT_MODEL = "llama3.2" } = process.env;
const served = createOpenAICompatible({ name: "local", baseURL: CHAT_URL })(CHAT_MODEL);
const model = wrapLanguageModel({ model: served, middleware: aiSdkMiddleware() });

const translate = activity("translate", async (word: string) => {
  const { text } = await generateText({
    model,
    system: "Answer with one word.",
    prompt: `${word} in French`,
    temperature: 0,
  });
  return { word, text };
});
const judge = evaluation("judge", (answers: readonly { word: string; text: string }[]) => ({
  answered: answers.filter(({ text }) => text.trim() !== "").length / answers.length,
}));

const answers = await Promise.all(["owl", "penguin", "gull"].map((word) => translate(word)));
console.log(answers.map(({ word, text }) => `${word}: ${text}`).join("\n"));
console.log(judge(answers));
await close();
