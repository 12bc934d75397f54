/** The settings of a server that a client starts itself, in the form that the client's own pages give. */
import { z } from 'zod/v3';

const text = z.string();
const args = z.array(text);
const env = z.record(text).optional();
/** `mcpServers` by name, with whatever one server may hold. Names as the clients allow them. */
const mcpServers = (server: z.ZodTypeAny) =>
  z.object({ mcpServers: z.record(z.string().regex(/^[\w-]+$/), server) }).strict();

/** The form of each client's file by the client's name, strict: a field that its pages do not have is refused. */
export const FORMS: Readonly<Record<string, z.ZodTypeAny>> = {
  // modelcontextprotocol.io, "Connect to local MCP servers"
  'claude-desktop': mcpServers(z.object({ command: text, args, env }).strict()),
  // code.claude.com/docs/en/mcp, "Project scope"
  'claude-code': mcpServers(z.object({ type: z.literal('stdio'), command: text, args, env }).strict()),
  // cursor.com/docs/context/mcp, "STDIO server configuration"
  cursor: mcpServers(
    z.object({ type: z.literal('stdio'), command: text, args, env, envFile: text.optional() }).strict(),
  ),
  // code.visualstudio.com/docs/copilot/reference/mcp-configuration
  vscode: z
    .object({
      inputs: z
        .array(
          z
            .object({ type: z.literal('promptString'), id: text, description: text, password: z.boolean() })
            .strict(),
        )
        .optional(),
      servers: z.record(z.object({ type: z.literal('stdio'), command: text, args, env }).strict()),
    })
    .strict(),
  // docs.windsurf.com/windsurf/cascade/mcp, "mcp_config.json"
  windsurf: mcpServers(z.object({ command: text, args, env }).strict()),
  // zed.dev/docs/ai/mcp, "As custom servers"; older versions want the source, newer ones let it be
  zed: z
    .object({
      context_servers: z.record(z.object({ source: z.literal('custom'), command: text, args, env }).strict()),
    })
    .strict(),
  // geminicli.com/docs/tools/mcp-server, "Configuration properties"
  gemini: mcpServers(z.object({ command: text, args, env }).strict()),
  // openai/codex, codex-rs/config/src/mcp_types.rs: unknown fields are refused
  codex: z
    .object({
      mcp_servers: z.record(
        z
          .object({ command: text, args, env_vars: args.optional(), env, startup_timeout_sec: z.number() })
          .strict(),
      ),
    })
    .strict(),
  // The page of TRAE on adding a server by hand; an entry of a local server has no type
  trae: mcpServers(z.object({ command: text, args, env }).strict()),
  // cloud.tencent.com/document/product/1831/137039
  codebuddy: mcpServers(z.object({ type: z.literal('stdio'), command: text, args, env }).strict()),
  // docs.cherry-ai.com, and the settings that it exports itself
  'cherry-studio': mcpServers(
    z
      .object({
        type: z.literal('stdio'),
        command: z.literal('npx'),
        args,
        env,
        name: text.optional(),
        description: text.optional(),
        registryUrl: text.optional(),
        isActive: z.boolean().optional(),
      })
      .strict(),
  ),
  // qwenlm.github.io/qwen-code-docs, "MCP servers"
  'qwen-code': mcpServers(z.object({ command: text, args, env }).strict()),
};
