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
        return text + unit;
    }

    public static string Date(ScriptRun run, DateTime local, Value locale, bool date, bool time)
    {
        var vietnamese = IsVietnamese(run, locale);
        var format = (vietnamese, date, time) switch
        {
            (true, true, true) => "HH:mm:ss d/M/yyyy",
            (true, true, false) => "d/M/yyyy",
            (true, false, _) => "HH:mm:ss",
            (false, true, true) => "M/d/yyyy, h:mm:ss tt",
            (false, true, false) => "M/d/yyyy",
            _ => "h:mm:ss tt",
        };
        return local.ToString(format, CultureInfo.InvariantCulture);
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
