export const deepText = open('./deep.txt').trim();
