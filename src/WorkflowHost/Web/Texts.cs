using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace WorkflowHost.Web;

/// <summary>
/// The words of the screens in both languages: key to (Vietnamese, English). Each slice of the site keeps its own file in
/// <c>Texts/*.json</c>; all are embedded and read once. An unknown key is a bug and throws, a test looks every key up.
/// </summary>
public sealed class Texts
{
    private readonly FrozenDictionary<string, Pair> table;

    /// <summary>Reads every embedded file; a key that stands in two files throws.</summary>
    public Texts()
    {
        var pairs = new Dictionary<string, Pair>(StringComparer.Ordinal);
        var assembly = typeof(Texts).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.Contains(".Texts.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var (key, words) in JsonSerializer.Deserialize<Dictionary<string, string[]>>(stream)!)
            {
                if (words.Length != 2)
                {
                    throw new InvalidDataException($"{name}: \"{key}\" needs two texts, Vietnamese and English.");
                }
                if (!pairs.TryAdd(key, new Pair(words[0], words[1])))
                {
                    throw new InvalidDataException($"{name}: \"{key}\" already stands in another file.");
                }
            }
        }
        table = pairs.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Every key, for the test of completeness.</summary>
    public IEnumerable<string> Keys => table.Keys;

    /// <summary>The text for a key that is put together from data, or null when there is none.</summary>
    public string? Find(string key) => table.ContainsKey(key) ? this[key] : null;

    /// <summary>The text in the request's language, its quantities and dates bound with no-break spaces.</summary>
    public string this[string key] => Say(key, Language.Current);

    /// <summary>The text in the request's language with <c>{0}</c>… filled in. <c>{0:day|days}</c> chooses by number.</summary>
    public string this[string key, params object?[] values] => Say(key, Language.Current, values);

    /// <summary>The text in a given language, for what is written outside a request (mails, documents).</summary>
    public string Say(string key, Language language, params object?[] values)
    {
        if (!table.TryGetValue(key, out var pair))
        {
            throw new KeyNotFoundException($"No text has the key \"{key}\". Add it to a file in Texts/.");
        }
        var text = language == Language.English ? pair.English : pair.Vietnamese;
        return Nbsp.Bind(values.Length == 0 ? text : string.Format(new OneOrMany(language.Culture), text, values));
    }

    internal sealed record Pair(string Vietnamese, string English);

    /// <summary>Formats <c>{0:day|days}</c> by number and everything else as the language does.</summary>
    private sealed class OneOrMany(CultureInfo culture) : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) =>
            formatType == typeof(ICustomFormatter) ? this : culture.GetFormat(formatType);

        public string Format(string? format, object? arg, IFormatProvider? formatProvider)
        {
            if (format?.IndexOf('|', StringComparison.Ordinal) is int bar and >= 0)
            {
                return Convert.ToInt64(arg, CultureInfo.InvariantCulture) == 1 ? format[..bar] : format[(bar + 1)..];
            }
            return arg is IFormattable formattable ? formattable.ToString(format, culture) : arg?.ToString() ?? "";
        }
    }
}
