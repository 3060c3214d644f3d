// Stands in for @babel/core: the plugins need these three packages and nothing of its configuration loading.
"use strict";
exports.types = require("@babel/types");
exports.template = require("@babel/template").default;
exports.traverse = require("@babel/traverse").default;
