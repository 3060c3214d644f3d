// Regular expressions for Duktape, which knows neither named groups nor the flag u. A group loses its name, and the
// expression gets an exec() that fills `groups`; `text.match(/(?<a>.)/)` becomes such an exec(). The flag u is dropped
// where the pattern means the same without it.
"use strict";

// The pattern without names, and name -> number. Steps over escapes and classes.
function takeNames(pattern) {
  const names = {};
  let count = 0;
  const plain = pattern.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?!\?)|\(\?<(?![=!])([^>]+)>/g, (part, name) => {
    if (part[0] !== "(") return part;
    count += 1;
    if (name === undefined) return part;
    names[name] = count;
    return "(";
  });
  return { names, plain: plain.replace(/\\k<([^>]+)>/g, (part, name) => (names[name] ? `(?:\\${names[name]})` : part)) };
}

function hex(unit) {
  return "\\u" + ("000" + unit.toString(16)).slice(-4);
}

// Null when the pattern needs the flag: properties of characters, or ranges beyond U+FFFF.
function withoutUnicodeFlag(pattern) {
  if (/\\[pP]\{/.test(pattern)) return null;
  let possible = true;
  const plain = pattern.replace(/\[(?:\\[^]|[^\]\\])*\]|\\u\{([0-9a-fA-F]+)\}/g, (part, digits) => {
    if (digits === undefined) {
      possible = possible && !/\\u\{[0-9a-fA-F]{5,}\}|[\uD800-\uDFFF]/.test(part);
      return part.replace(/\\u\{([0-9a-fA-F]+)\}/g, (escape, inner) => hex(parseInt(inner, 16)));
    }
    const code = parseInt(digits, 16);
    if (code <= 0xffff) return hex(code);
    return "(?:" + hex(0xd800 + ((code - 0x10000) >> 10)) + hex(0xdc00 + ((code - 0x10000) & 0x3ff)) + ")";
  });
  return possible ? plain : null;
}

// The flag s: a dot outside of classes is any character.
function withoutDots(pattern) {
  return pattern.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]|\./g, (part) => (part === "." ? "[^]" : part));
}

exports.default = ({ types }) => ({
  visitor: {
    RegExpLiteral(path) {
      const node = path.node;
      if (/s/.test(node.flags)) {
        node.pattern = withoutDots(node.pattern);
        node.flags = node.flags.replace("s", "");
      }
      const { names, plain } = takeNames(node.pattern);
      const withoutFlag = /u/.test(node.flags) ? withoutUnicodeFlag(plain) : null;
      const count = Object.keys(names).length;
      if (count === 0 && withoutFlag === null) return;
      const flags = withoutFlag === null ? node.flags : node.flags.replace("u", "");
      const literal = types.regExpLiteral(withoutFlag === null ? plain : withoutFlag, flags);
      literal.loc = node.loc;
      if (count === 0) {
        path.replaceWith(literal);
        return;
      }
      const table = types.objectExpression(Object.keys(names).map(
        (name) => types.objectProperty(types.stringLiteral(name), types.numericLiteral(names[name]))));
      const call = path.parentPath;
      const callee = call.isCallExpression() && path.listKey === "arguments" ? call.node.callee : null;
      const replacement = types.callExpression(this.addHelper("namedGroups"), [literal, table]);
      if (callee && types.isMemberExpression(callee) && !callee.computed && callee.property.name === "match" &&
          !/g/.test(flags)) {
        call.replaceWith(types.callExpression(
          types.memberExpression(replacement, types.identifier("exec")), [callee.object]));
      } else {
        path.replaceWith(replacement);
      }
    },
  },
});
