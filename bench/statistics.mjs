/** The value below which the share `q` of the numbers lies, interpolated. */
export function quantile(numbers, q) {
  const sorted = [...numbers].sort((left, right) => left - right);
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  const high = Math.ceil(position);
  return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
}

export const median = (numbers) => quantile(numbers, 0.5);

/** Half of the numbers lie between the two. */
export const middleHalf = (numbers) => [quantile(numbers, 0.25), quantile(numbers, 0.75)];

export const average = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
