// stop-after-ms: 50
exports.default = function () {
  while (true) { try { sleep(1000); } catch (e) {} }
};
