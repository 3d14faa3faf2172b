// A model that a script plays, on 127.0.0.1: it asks for one tool, and ends its turn once it has the result. It speaks the
// four dialects in which agents talk to models.
import { createServer } from "node:http";

const said = "Done.";

/** How each dialect lists tools and results, and how an answer is written in it. */
const dialects = {
  /** Anthropic's Messages. */
  "/messages": {
    tools: ({ tools = [] }) => tools.map(({ name }) => name),
    results: ({ messages }) =>
      messages.flatMap(({ content }) =>
        Array.isArray(content)
          ? content.filter(({ type }) => type === "tool_result").map(({ content: text }) => text)
          : [],
      ),
    answer: (call) => {
      const block = call
        ? { type: "tool_use", id: call.id, name: call.name, input: {} }
        : { type: "text", text: "" };
      const delta = call
        ? { type: "input_json_delta", partial_json: JSON.stringify(call.args) }
        : { type: "text_delta", text: said };
      const usage = { input_tokens: 1, output_tokens: 1 };
      return [
        {
          type: "message_start",
          message: {
            id: "msg_1",
            type: "message",
            role: "assistant",
            model: "script",
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage,
          },
        },
        { type: "content_block_start", index: 0, content_block: block },
        { type: "content_block_delta", index: 0, delta },
        { type: "content_block_stop", index: 0 },
        {
          type: "message_delta",
          delta: { stop_reason: call ? "tool_use" : "end_turn", stop_sequence: null },
          usage,
        },
        { type: "message_stop" },
      ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
  },
  /** OpenAI's Responses; tools may come in groups, called by the name of both. */
  "/responses": {
    tools: ({ tools = [] }) =>
      tools.flatMap(({ type, name, tools: grouped }) =>
        type === "namespace" ? grouped.map((tool) => ({ namespace: name, name: tool.name })) : [name ?? type],
      ),
    results: ({ input }) =>
      input.filter(({ type }) => type === "function_call_output").map(({ output }) => output),
    answer: (call) => {
      const item = call
        ? {
            type: "function_call",
            id: `fc_${call.id}`,
            call_id: call.id,
            ...(call.namespace && { namespace: call.namespace }),
            name: call.name,
            arguments: JSON.stringify(call.args),
            status: "completed",
          }
        : {
            type: "message",
            id: "msg_1",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: said, annotations: [] }],
          };
      const response = {
        id: "resp_1",
        object: "response",
        status: "completed",
        output: [item],
        usage: {
          input_tokens: 1,
          input_tokens_details: null,
          output_tokens: 1,
          output_tokens_details: null,
          total_tokens: 2,
        },
      };
      return [
        { type: "response.created", response: { id: "resp_1" } },
        { type: "response.output_item.done", output_index: 0, item },
        { type: "response.completed", response },
      ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
  },
  /** OpenAI's Chat Completions. */
  "/chat/completions": {
    tools: ({ tools = [] }) => tools.map(({ function: { name } }) => name),
    results: ({ messages }) => messages.filter(({ role }) => role === "tool").map(({ content }) => content),
    answer: (call) => {
      const delta = call
        ? {
            role: "assistant",
            tool_calls: [
              {
                index: 0,
                id: call.id,
                type: "function",
                function: { name: call.name, arguments: JSON.stringify(call.args) },
              },
            ],
          }
        : { role: "assistant", content: said };
      const chunk = (choice, more = {}) => ({
        id: "chat_1",
        object: "chat.completion.chunk",
        created: 1,
        model: "script",
        choices: [choice],
        ...more,
      });
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      return [
        ...[
          chunk({ index: 0, delta, finish_reason: null }),
          chunk({ index: 0, delta: {}, finish_reason: call ? "tool_calls" : "stop" }, { usage }),
        ].map((event) => `data: ${JSON.stringify(event)}\n\n`),
        "data: [DONE]\n\n",
      ];
    },
  },
  /** Gemini's. */
  ":streamGenerateContent": {
    tools: ({ tools = [] }) =>
      tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name)),
    results: ({ contents }) =>
      contents.flatMap(({ parts = [] }) =>
        parts.filter((part) => part.functionResponse).map((part) => part.functionResponse.response),
      ),
    answer: (call) => {
      const part = call ? { functionCall: { name: call.name, args: call.args } } : { text: said };
      const candidate = { content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 };
      const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
      return [`data: ${JSON.stringify({ candidates: [candidate], usageMetadata })}\n\n`];
    },
  },
};

/**
 * Starts the model. It asks for one call after the other, as long as the agent hands it results: those and the tools that
 * it was told of are kept.
 */
export async function startModel(calls) {
  const model = { tools: [], results: [] };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const found = Object.entries(dialects).find(([ending]) => pathname.endsWith(ending));
    if (request.method !== "POST" || !found) {
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
      return;
    }
    const [, dialect] = found;
    const asked = JSON.parse(body);
    const tools = dialect.tools(asked).map((tool) => (typeof tool === "string" ? { name: tool } : tool));
    const results = dialect.results(asked);
    const { tool: wanted, args } = calls[results.length] ?? {};
    // Agents also have a model think of titles and the like, without tools.
    const tool = tools.find(({ name }) => wanted !== undefined && name.endsWith(wanted));
    if (tool) model.tools = tools.map(({ name }) => name);
    if (results.length > model.results.length) {
      model.results = results.map((result) => (typeof result === "string" ? result : JSON.stringify(result)));
    }
    const answer = dialect.answer(tool && { ...tool, args, id: `call_${results.length}` });
    response.writeHead(200, { "content-type": "text/event-stream" }).end(answer.join(""));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(model, {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.close(),
  });
}
