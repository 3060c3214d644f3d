// stop-after-ms: 100
exports.default = function () {
  while (true) {
    try { while (true) {} } catch (e) {} finally { while (true) {} }
  }
};
