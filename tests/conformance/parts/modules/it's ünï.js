export default 'quoted';
