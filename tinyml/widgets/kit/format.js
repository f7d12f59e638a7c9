// Numbers as text, digit for digit as Python prints them.

const GUARD = 25; // digits that tell an exact tie from a near one

/**
 * Like Python's format(x, `.${decimals}e`): JavaScript rounds an exact tie up, Python to the even digit.
 * @param {number} x
 * @param {number} decimals
 */
function scientific(x, decimals) {
  const [digits, exponent] = x.toExponential(decimals + GUARD).split("e");
  const kept = digits.slice(0, digits.length - GUARD).replace(/\.$/, "");
  if (!/^50*$/.test(digits.slice(-GUARD)) || !"02468".includes(kept.slice(-1))) return x.toExponential(decimals);
  return `${kept}e${exponent}`;
}

/** @param {number} x */
function notFinite(x) {
  return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

/**
 * Write digits "d.ddd" with a power of ten as Python does: exponents have a sign and at least two digits.
 * @param {string} mantissa
 * @param {number} exponent
 * @param {number} least where exponents begin to be written, below and above
 * @param {number} most
 */
function positional(mantissa, exponent, least, most) {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "").replace(/(?<=.)0+$/, "");
  if (exponent < least || exponent >= most) {
    const power = `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
    return sign + digits[0] + (digits.length > 1 ? `.${digits.slice(1)}` : "") + power;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return sign + whole + (rest && `.${rest}`);
}

/**
 * Python's format(x, ".6g").
 * @param {number} x
 */
export function general(x, digits = 6) {
  if (!Number.isFinite(x)) return notFinite(x);
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa, exponent] = scientific(x, digits - 1).split("e");
  return positional(mantissa, Number(exponent), -4, digits);
}

/**
 * A number with so many digits, or fewer where it would be longer than so many letters.
 * @param {number} x
 * @param {number} digits
 * @param {number} letters
 * @returns {string}
 */
export function fitted(x, digits, letters) {
  const text = general(x, digits);
  return text.length > letters && digits > 1 ? fitted(x, digits - 1, letters) : text;
}

/**
 * Python's repr(x) of a float: the shortest text that reads back as x.
 * @param {number} x
 */
export function floatRepr(x) {
  if (!Number.isFinite(x)) return notFinite(x);
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const [mantissa, exponent] = x.toExponential().split("e");
  const text = positional(mantissa, Number(exponent), -4, 16);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Six decimals, as the book prints a loss; a loss of minus zero is zero; large numbers as format(x, ".6g").
 * @param {number} x
 */
export function lossText(x) {
  return Math.abs(x) < 1e6 ? (x === 0 ? 0 : x).toFixed(6) : general(x);
}

/**
 * At most five characters for a cell of a picture; its table of numbers has the digits.
 * @param {number} x
 */
export function cellText(x) {
  if (!Number.isFinite(x)) return notFinite(x);
  const size = Math.abs(x);
  if (size >= 999.5) return x.toExponential(0).replace("+", "");
  const text = x.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  return Number(text) === 0 ? "0.00" : text;
}
