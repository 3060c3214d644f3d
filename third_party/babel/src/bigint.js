// Literals of BigInt: Duktape reads them itself, as constants of the function they stand in, so here only their form is
// seen to: no separators, and text where they name a property.
"use strict";
const { types } = require("./core.js");

// The largest BigInt has 2^20 bits: no radix writes it with more digits.
const MAX_DIGITS = 1 << 20;

function check(hub, node) {
  if (node.value.length > MAX_DIGITS + 2) throw hub.buildError(node, "Maximum BigInt size exceeded");
}

exports.default = () => ({
  visitor: {
    // Before the members are taken apart by the plugin for classes.
    Class(path) {
      for (const member of path.node.body.body) {
        if (member.computed || !member.key || member.key.type !== "BigIntLiteral") continue;
        check(path.hub, member.key);
        member.key = types.stringLiteral(BigInt(member.key.value).toString());
      }
    },
    BigIntLiteral(path) {
      const { node, parent } = path;
      check(path.hub, node);
      if (path.key === "key" && !parent.computed) {
        path.replaceWith(types.stringLiteral(BigInt(node.value).toString()));
      } else {
        node.extra = undefined; // as it was written
      }
    },
  },
});
