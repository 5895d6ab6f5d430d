/**
 * LangChain: one callback handler records chains, retrievers and models, and what passes between them. CHAT_URL is any server that speaks the
 * chat-completions protocol (default: Ollama on this computer), CHAT_MODEL a model of its.
 */
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { close, run } from "provml";
import { langChainCallbacks } from "provml/adapters/langchain";

const { CHAT_URL = "http://127.0.0.1:11434/v1", CHAT_MODEL = "llama3.2" } = process.env;

/** What the packages of providers bring, in little. */
class LocalChat extends BaseChatModel {
  _llmType() {
    return "local";
  }

  override invocationParams() {
    return { model: CHAT_MODEL, temperature: 0 };
  }

  async _generate(messages: BaseMessage[]) {
    const roles: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };
    const asked = messages.map((one) => ({ role: roles[one.getType()] ?? one.getType(), content: one.content }));
    const body = JSON.stringify({ ...this.invocationParams(), messages: asked });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${CHAT_URL}/chat/completions`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`${CHAT_URL} answers ${response.status}`);
    const { choices, model, usage } = (await response.json()) as Completion;
    const [{ message, finish_reason }] = choices;
    const answer = new AIMessage({
      content: message.content,
      response_metadata: { model_name: model, finish_reason },
      usage_metadata: {
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
        total_tokens: usage.total_tokens,
      },
    });
    return { generations: [{ text: message.content, message: answer }] };
  }
}

interface Completion {
  readonly model: string;
  readonly choices: readonly [{ readonly message: { readonly content: string }; readonly finish_reason: string }];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

const chain = ChatPromptTemplate.fromMessages([
  ["system", "Answer with one word."],
  ["human", "{word} in French"],
])
  .pipe(new LocalChat({}))
  .pipe(new StringOutputParser());

await run("translate", async () => {
  for (const word of ["owl", "penguin"]) {
    console.log(await chain.invoke({ word }, { callbacks: [langChainCallbacks()], runName: "word by word" }));
  }
});
await close();
