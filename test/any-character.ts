import fc from 'fast-check';

/** Any code point, lone surrogates too. Cheap, where fast-check's `binary` takes a second to be made. */
export const anyCharacter = fc.nat({ max: 0x10ffff }).map((code) => String.fromCodePoint(code));
