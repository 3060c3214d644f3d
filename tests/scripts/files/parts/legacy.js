module.exports = { seven: 7 };
