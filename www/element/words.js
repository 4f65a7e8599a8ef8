// The languages.

// The words of a language; what it lacks is said in English.
function words(language) {
  return { ...bundle.text.en, ...bundle.text[language] };
}
