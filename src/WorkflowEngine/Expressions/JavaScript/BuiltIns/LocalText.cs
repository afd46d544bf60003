using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// <c>toLocaleString</c> for Vietnamese and English, written out here so that no culture data of the machine matters.
/// Without a locale it is Vietnamese. Options we don't know are an error, not silently another text.
/// </summary>
internal static class LocalText
{
    public static string Number(ScriptRun run, double number, Value locale, Value options)
    {
        run.Charge(100);
        var vietnamese = IsVietnamese(run, locale);
        var least = 0;
        var most = 3;
        var unit = string.Empty;
        if (options.Object is { } members)
        {
            foreach (var key in members.Keys(run))
            {
                var value = members.Get(run, key);
                if (key == "minimumFractionDigits") least = Fraction(run, value);
                else if (key == "maximumFractionDigits") most = Fraction(run, value);
                else if (key == "style" && value.IsText && value.Text is "decimal" or "currency") continue;
                else if (key == "currency" && value.IsText && value.Text == "VND")
                {
                    unit = "\u00a0₫";
                    most = 0;
                }
                else throw run.RangeError($"toLocaleString: the option '{key}' is not supported with this value");
            }
        }

        if (!double.IsFinite(number)) return NumberText.Format(number);
        most = Math.Max(most, least);
        var format = "#,##0." + new string('0', least) + new string('#', most - least);
        var text = number.ToString(format, CultureInfo.InvariantCulture);
        if (vietnamese) text = text.Replace(',', ';').Replace('.', ',').Replace(';', '.');
        if (unit.Length > 0 && !vietnamese) return text[0] == '-' ? $"-₫{text[1..]}" : "₫" + text;
        return text + unit;
    }

    /// <param name="arguments">The locale (for dates also en-GB) and, for a date without time, how day, month and year are written: all three.</param>
    public static string Date(ScriptRun run, DateTime local, Value[] arguments, bool date, bool time)
    {
        var british = arguments.At(0).IsText && arguments[0].Text == "en-GB";
        var vietnamese = !british && IsVietnamese(run, arguments.At(0));
        var (day, month, year) = british ? ("dd", "MM", "yyyy") : ("d", "M", "yyyy");
        if (arguments.At(1).Object is { } options)
        {
            var keys = options.Keys(run);
            if (time || keys.Count != 3) throw run.TypeError("toLocale…String: these options of dates are not supported");
            (day, month, year) = (Part("day", "d"), Part("month", "M"), Part("year", "yyyy"));
        }
        else if (!arguments.At(1).IsUndefined) throw run.TypeError("toLocale…String: these options of dates are not supported");

        var ordered = vietnamese || british ? $"{day}'/'{month}'/'{year}" : $"{month}'/'{day}'/'{year}";
        var format = (vietnamese, british, date, time) switch
        {
            (_, _, true, false) => ordered,
            (true, _, true, true) => "HH:mm:ss " + ordered,
            (_, true, true, true) => ordered + ", HH:mm:ss",
            (false, false, true, true) => ordered + ", h:mm:ss tt",
            (false, false, false, _) => "h:mm:ss tt",
            _ => "HH:mm:ss",
        };
        return local.ToString(format, CultureInfo.InvariantCulture);

        string Part(string name, string one) => options.Get(run, name) is { IsText: true } way ? way.Text switch
        {
            "numeric" => one,
            "2-digit" => name == "year" ? "yy" : one + one,
            _ => throw run.TypeError($"toLocale…String: the option '{name}' is not supported with this value"),
        }
        : throw run.TypeError("toLocale…String: these options of dates are not supported");
    }

    private static bool IsVietnamese(ScriptRun run, Value locale)
    {
        if (locale.IsUndefined) return true;
        var name = Coerce.ToText(run, locale);
        if (name is "vi-VN" or "vi") return true;
        return name is "en-US" or "en" ? false : throw run.RangeError("toLocaleString: only vi-VN and en-US are supported");
    }

    private static int Fraction(ScriptRun run, Value value)
    {
        var digits = Coerce.ToInteger(run, value);
        return digits is >= 0 and <= 20 ? (int)digits : throw run.RangeError("toLocaleString: fraction digits must be between 0 and 20");
    }
}
