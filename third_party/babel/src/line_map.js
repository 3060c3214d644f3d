// Stands in for the generator's source map: keeps, for each line written, the line of the source it came from.
"use strict";

class LineMap {
  constructor() {
    this.lines = [];
  }
  // The generator retains lines, so nearly every line maps to itself; a line that holds code of several source lines
  // maps to itself when one of them is, else to the first.
  mark(generated, line) {
    if (line === undefined || line === null) return;
    const at = generated.line;
    const known = this.lines[at];
    if (known === undefined || (known !== at && line === at)) this.lines[at] = line;
  }
  get() { return null; }
  getDecoded() { return null; }
  getRawMappings() { return this.lines; }
}

exports.default = LineMap;
