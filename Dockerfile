# The server for clients that start containers: it speaks MCP on stdin and stdout, so run it with -i.
#   docker run -i --rm -e TENCENTCLOUD_SECRET_ID -e TENCENTCLOUD_SECRET_KEY tcss-mcp-server
# or with the credential file of TCCLI, which must be readable by the user node:
#   docker run -i --rm -v ~/.tccli:/home/node/.tccli:ro tcss-mcp-server
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
USER node
ENTRYPOINT ["node", "/app/dist/main.js"]
