# The server for clients that start containers: it speaks MCP on stdin and stdout, so run it with -i.
#   docker run -i --rm -e TENCENTCLOUD_SECRET_ID -e TENCENTCLOUD_SECRET_KEY tcss-mcp-server
# or with the credential file of TCCLI, which must be readable by the user 1000:
#   docker run -i --rm -v ~/.tccli:/home/node/.tccli:ro tcss-mcp-server
# And for a team, over HTTP (docs/http.md; for Kubernetes deploy/kubernetes):
#   docker run --rm --read-only -p 8080:8080 -v ~/.tccli:/home/node/.tccli:ro -v ./tokens:/tokens:ro \
#     -e TCSS_HTTP_LISTEN=0.0.0.0:8080 -e TCSS_HTTP_URL=https://mcp.example.com/mcp -e TCSS_HTTP_TOKENS_FILE=/tokens \
#     tcss-mcp-server http
FROM node:22-alpine AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY scripts scripts/
COPY src src/
RUN npm run build

FROM node:22-alpine
LABEL io.modelcontextprotocol.server.name="io.github.tcss-mcp/tcss-mcp-server"
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /build/dist dist/
# The user node by its number, since Kubernetes cannot check a name against runAsNonRoot.
USER 1000
ENTRYPOINT ["node", "/app/dist/main.js"]
