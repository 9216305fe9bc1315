// Imported first by every launcher: Miniflare and wrangler fail in obscure ways on an older Node.

const WANTED = 22;

const major = Number(process.versions.node.split('.')[0]);
if (major < WANTED) {
  process.stderr.write(
    `fandesk: Node ${process.versions.node} is too old to run workerd's tools: use node_modules/.bin/node ` +
      '(or a make target, which does)\n',
  );
  process.exit(1);
}
