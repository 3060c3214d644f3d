// What modules have beyond import and export declarations: import(), import.meta, attributes of imports, namespaces that
// cannot be written to, and `await` outside of functions.
//
// The engine gives a file that needs it a function, by this name: (0, specifier, options) is import(), (1) is
// import.meta, and (2, value, line, column) gives the value back and notes where the file waits (module_loader.js).
"use strict";
const { VISITOR_KEYS, awaitExpression, blockStatement, callExpression, cloneNode, expressionStatement, functionExpression,
        identifier, isFunction, numericLiteral, returnStatement, sequenceExpression, stringLiteral } = require("@babel/types");

const CONTEXT = "mockarty$module";
// As a directive at the head of what comes out: the file gives a function, and that a promise.
const ASYNC_MARK = "async module";

const context = (operation, args) => callExpression(identifier(CONTEXT), [numericLiteral(operation)].concat(args));

function fail(path, node, text) {
  throw path.hub.buildError(node, text);
}

// Static ones are known as they are written; of import() the engine judges.
function checkAttributes(path) {
  const { attributes, source } = path.node;
  for (const attribute of attributes || []) {
    const key = attribute.key.type === "StringLiteral" ? attribute.key.value : attribute.key.name;
    if (key !== "type") fail(path, attribute, `the import attribute '${key}' is not supported: expected type: 'json'`);
    if (attribute.value.value !== "json") {
      fail(path, attribute, `the import attribute type: '${attribute.value.value}' is not supported: expected 'json'`);
    }
    if (!/\.json$/.test(source.value)) fail(path, attribute, `type: 'json' is for files that end in .json, not for '${source.value}'`);
  }
}

// The member expression that is written to: `ns.x = 1`, `ns.x++`, `delete ns.x`.
function isWrite(member) {
  const { parent } = member;
  switch (parent.type) {
    case "AssignmentExpression":
      return parent.left === member.node;
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    default:
      return false;
  }
}

// A namespace is the object that the file exports into: that it cannot be written to is seen in the text only.
function guardNamespace(path) {
  const { name } = path.node.local;
  const binding = path.scope.getBinding(name);
  for (const reference of binding ? binding.referencePaths : []) {
    const member = reference.parentPath;
    if (!member || !member.isMemberExpression() || member.node.object !== reference.node || !isWrite(member)) continue;
    const { property, computed } = member.node;
    const key = computed ? cloneNode(property) : stringLiteral(property.name);
    const refusal = callExpression(path.hub.addHelper("namespaceWrite"), [key]);
    const { node } = member.parentPath;
    member.parentPath.replaceWith(node.type === "AssignmentExpression" ? sequenceExpression([node.right, refusal]) : refusal);
  }
}

exports.default = () => ({
  visitor: {
    Import(path) {
      const call = path.parentPath;
      call.replaceWith(context(0, call.node.arguments));
    },
    MetaProperty(path) {
      if (path.node.meta.name === "import") path.replaceWith(context(1, []));
    },
    ImportDeclaration: checkAttributes,
    ExportNamedDeclaration: checkAttributes,
    ExportAllDeclaration: checkAttributes,
    ImportNamespaceSpecifier: guardNamespace,
  },
});

// Notes the place of each `await` outside of functions; none may stand in what is skipped but in computed keys.
function markAwaits(node) {
  const mark = (value) => {
    const { line, column } = node.loc.start;
    return context(2, [value, numericLiteral(line), numericLiteral(column + 1)]);
  };
  const children = (child) => (Array.isArray(child) ? child.forEach((one) => one && markAwaits(one)) : child && markAwaits(child));
  if (isFunction(node)) {
    if (node.computed) children(node.key);
    return;
  }
  VISITOR_KEYS[node.type].forEach((key) => children(node[key]));
  if (node.type === "AwaitExpression") node.argument = mark(node.argument);
  else if (node.type === "ForOfStatement" && node.await) node.right = mark(node.right);
}

exports.hasTopLevelAwait = (program) => Boolean(program.extra && program.extra.topLevelAwait);
exports.markAwaits = markAwaits;
exports.ASYNC_MARK = ASYNC_MARK;

// Functions become expressions of another name inside of an asynchronous one.
function keepName(node) {
  if (node.type !== "FunctionDeclaration" || node.async || node.generator) return;
  const meta = node.body.functionMeta || "#mk:f:";
  node.body.functionMeta = /:$/.test(meta) ? meta + node.id.name : meta;
}

const isRequire = (call) => Boolean(call) && call.type === "CallExpression" && call.callee.name === "require";
const isRequireStatement = (node) => node.type === "VariableDeclaration" ? isRequire(node.declarations[0].init) : isRequire(node.expression);

// After its imports and exports have become CommonJS, in their order, the file is the body of one asynchronous function.
// That stops once before it asks for what it imports: its functions are exported then, as files of a cycle need them.
exports.wrapAsync = (program) => {
  let stop = program.body.findIndex((statement) => statement._blockHoist !== 3 || isRequireStatement(statement));
  if (stop === -1) stop = program.body.length;
  for (const statement of program.body) {
    statement._blockHoist = undefined;
    keepName(statement);
  }
  program.body.splice(stop, 0, expressionStatement(awaitExpression(numericLiteral(0))));
  const body = functionExpression(null, [], blockStatement(program.body), false, true);
  program.body = [returnStatement(callExpression(body, []))];
};

// The same once more, when the plugins have made a generator of it: what runs it is ours. See asyncModule of helpers.mjs.
exports.replaceRunner = (program, file) => {
  const { argument } = program.body.find((statement) => statement.type === "ReturnStatement");
  if (!/asyncToGenerator$/.test(argument.callee.callee.name)) throw new Error("the body of an asynchronous module has another form");
  argument.callee.callee = file.addHelper("asyncModule");
};
