// Names what neither Babel nor Duktape can bring to run, instead of letting it fail later with a worse message.
"use strict";

function refuse(text) {
  return (path) => { throw path.hub.buildError(path.node, text); };
}

function refuseOutsideFunctions(path) {
  if (path.getFunctionParent() === null) {
    throw path.hub.buildError(path.node, "await outside of an async function is not supported");
  }
}

exports.default = () => ({
  visitor: {
    Import: refuse("import() is not supported; use import or require at the top of the script"),
    ImportExpression: refuse("import() is not supported; use import or require at the top of the script"),
    MetaProperty(path) {
      if (path.node.meta.name === "import") refuse("import.meta is not supported")(path);
    },
    AwaitExpression: refuseOutsideFunctions,
    ForOfStatement(path) {
      if (path.node.await) refuseOutsideFunctions(path);
    },
  },
});
