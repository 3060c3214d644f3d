// What ES5 cannot say of a function goes into a directive that the engine's compiler reads (17-function-meta.patch): its
// name, its length, and that it cannot be constructed. This is found in the script as it was written, before any plugin
// has changed it, and travels with the function's body, which plugins keep. The generator writes it (tune.mjs).
"use strict";
const { VISITOR_KEYS, blockStatement, returnStatement } = require("@babel/types");

// Longer names, and those that a literal would have to escape, are left out.
const PRINTABLE = /^[ !#-[\]-~]{1,100}$/;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const ANONYMOUS = { FunctionExpression: true, ArrowFunctionExpression: true };
const METHODS = { ObjectMethod: true, ClassMethod: true, ClassPrivateMethod: true };
const FIELDS = { ClassProperty: true, ClassPrivateProperty: true, ClassAccessorProperty: true, ObjectProperty: true };
const NAMING_OPERATORS = { "=": true, "||=": true, "&&=": true, "??=": true };

function keyText(node) {
  const { key } = node;
  if (node.computed) return "";
  if (key.type === "PrivateName") return "#" + key.id.name;
  return key.type === "Identifier" ? key.name : String(key.value);
}

function nameIfAnonymous(node, name, names) {
  if (!node || node.id) return;
  if (ANONYMOUS[node.type]) names.set(node, name);
  else if (node.type === "ClassExpression" && IDENTIFIER.test(name)) node.inferredName = name;
}

function lengthOf(params) {
  let length = 0;
  while (length < params.length && params[length].type !== "AssignmentPattern" && params[length].type !== "RestElement") length++;
  return length;
}

// Asynchronous functions and generators become others inside of new ones, to which the directive moves (tune.mjs).
function annotate(node, name) {
  if (!node.body) return;
  const constructs = !node.async && !node.generator && (node.type === "FunctionExpression" || node.type === "FunctionDeclaration");
  const length = lengthOf(node.params);
  if (!PRINTABLE.test(name)) name = "";
  if (constructs && !name && length === node.params.length) return;
  if (node.body.type !== "BlockStatement") {
    const value = node.body;
    node.body = blockStatement([returnStatement(value)]);
    node.body.start = node.body.body[0].start = value.start;
    node.body.end = node.body.body[0].end = value.end;
    node.body.body[0].loc = node.body.loc = value.loc;
    node.expression = false;
  }
  node.body.functionMeta = `#mk:${constructs ? "f" : "m"}${length === node.params.length ? "" : length}:${name}`;
}

// What else plugins need to know of the script as it was written.
function lookFurther(node, type, found) {
  if (type === "ClassDeclaration" || type === "ClassExpression") {
    if (node.id) found.classes.add(node.id.name);
    if (node.superClass && node.superClass.type === "Identifier") found.derived.push(node);
  } else if (type === "AssignmentExpression" && node.left.computed) {
    const { property } = node.left;
    if (property.type === "MemberExpression" && property.property.name === "iterator") found.setsIterators = true;
  }
}

function look(node, names, found) {
  const { type } = node;
  lookFurther(node, type, found);
  if (type === "VariableDeclarator") {
    if (node.id.type === "Identifier") nameIfAnonymous(node.init, node.id.name, names);
  } else if (type === "AssignmentExpression" || type === "AssignmentPattern") {
    if (node.left.type === "Identifier" && (type === "AssignmentPattern" || NAMING_OPERATORS[node.operator])) {
      nameIfAnonymous(node.right, node.left.name, names);
    }
  } else if (FIELDS[type]) {
    const text = keyText(node);
    if (text !== "__proto__") nameIfAnonymous(node.value, text, names);
  } else if (type === "ExportDefaultDeclaration") {
    nameIfAnonymous(node.declaration, "default", names);
    if (node.declaration.type === "FunctionDeclaration" && !node.declaration.id) names.set(node.declaration, "default");
  } else if (METHODS[type]) {
    const text = keyText(node);
    if (node.kind !== "constructor") annotate(node, text && (node.kind === "get" || node.kind === "set") ? `${node.kind} ${text}` : text);
  } else if (type === "FunctionDeclaration" || ANONYMOUS[type]) {
    annotate(node, names.get(node) || "");
  }
  const keys = VISITOR_KEYS[node.type];
  for (let i = 0; i < keys.length; i++) {
    const child = node[keys[i]];
    if (!child) continue;
    if (Array.isArray(child)) {
      for (let k = 0; k < child.length; k++) if (child[k]) look(child[k], names, found);
    } else {
      look(child, names, found);
    }
  }
}

exports.markFunctions = (program) => {
  const found = { classes: new Set(), derived: [], setsIterators: false };
  look(program, new Map(), found);
  program.setsIterators = found.setsIterators;
  for (const node of found.derived) node.extendsOwn = found.classes.has(node.superClass.name);
};
