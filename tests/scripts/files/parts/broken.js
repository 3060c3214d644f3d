const nothing = null;
// the next lines throw
module.exports = () => {
  const x = nothing.property;
  return x;
};
