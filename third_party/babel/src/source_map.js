// Stands in for the generator's source map: a flat array of numbers, four for each place: line and column of what is
// written, line and column of the source; a source line of 0 where the code is the plugins' own.
"use strict";

class SourceMap {
  constructor() {
    this.places = [];
    this.line = -1;
    this.column = -1;
    this.generatedLine = -1;
  }
  mark(generated, line, column) {
    if (line === undefined || line === null) {
      line = 0;
      column = 0;
    }
    if (line === this.line && column === this.column && generated.line === this.generatedLine) return;
    const places = this.places;
    const last = places.length - 4;
    // Several marks at one place: the innermost comes last.
    if (last >= 0 && places[last] === generated.line && places[last + 1] === generated.column) {
      places[last + 2] = line;
      places[last + 3] = column;
    } else {
      places.push(generated.line, generated.column, line, column);
    }
    this.line = line;
    this.column = column;
    this.generatedLine = generated.line;
  }
  get() { return null; }
  getDecoded() { return null; }
  getRawMappings() { return this.places; }
}

exports.default = SourceMap;
