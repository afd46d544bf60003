using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// A year that is either fixed (2020) or counted from the campaign year of a plan (+0 is that year, +1 the next), so that next year's plan
/// reuses the definition of this year's. Plan 23/KH of 2019 writes 15/3/2020 as year +1.
/// </summary>
/// <param name="IsRelative">True when <paramref name="Value"/> is an offset in years.</param>
/// <param name="Value">Offset (-9 to 99) or year (1900 to 2999).</param>
[JsonConverter(typeof(CampaignYearJson))]
public readonly record struct CampaignYear(bool IsRelative, int Value)
{
    /// <summary>A year counted from the campaign year.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within -9 and 99.</exception>
    public static CampaignYear Plus(int offset) => offset is >= -9 and <= 99
        ? new(true, offset)
        : throw new ArgumentOutOfRangeException(nameof(offset), offset, "A relative year lies within -9 and +99.");

    /// <summary>A fixed year.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within 1900 and 2999.</exception>
    public static CampaignYear Fixed(int year) => year is >= KnownYears.First and <= KnownYears.Last
        ? new(false, year)
        : throw new ArgumentOutOfRangeException(nameof(year), year, "A year lies within 1900 and 2999.");

    /// <summary>The calendar year meant for a plan of the given campaign year.</summary>
    public int In(int campaignYear) => IsRelative ? campaignYear + Value : Value;

    /// <summary>"+1", "-1", "+0" or "2020".</summary>
    public override string ToString() => Value.ToString(IsRelative ? "+0;-0;+0" : "0000", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToString"/> writes; false when the text is no year.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CampaignYear year)
    {
        year = default;
        if (text.IsEmpty || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        var relative = text[0] is '+' or '-';
        if (relative ? value is < -9 or > 99 : value is < KnownYears.First or > KnownYears.Last) return false;
        year = new(relative, value);
        return true;
    }

    private sealed class CampaignYearJson : JsonConverter<CampaignYear>
    {
        public override CampaignYear Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) && number is >= KnownYears.First and <= KnownYears.Last) return Fixed(number);
            if (reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var year)) return year;
            throw new JsonException("A year is written \"+1\" (relative to the campaign year) or \"2020\".");
        }

        public override void Write(Utf8JsonWriter writer, CampaignYear value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

/// <summary>A day and month in a fixed or relative year, for example {"day":1,"month":1,"year":"+1"}.</summary>
public sealed record CampaignDate
{
    /// <summary>Builds a date; 29 February is allowed and means the last day of February in other years.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such day in any year, for example 31 April.</exception>
    public CampaignDate(int day, int month, CampaignYear year)
    {
        if (month is < 1 or > 12) throw new ArgumentOutOfRangeException(nameof(month), month, "A month lies within 1 and 12.");
        var longest = year.IsRelative ? 2000 : year.Value;
        if (day < 1 || day > DateTime.DaysInMonth(longest, month))
            throw new ArgumentOutOfRangeException(nameof(day), day, $"There is no {day:00}/{month:00}{(year.IsRelative ? "" : $"/{year}")}.");
        (Day, Month, Year) = (day, month, year);
    }

    /// <summary>1 to 31.</summary>
    public int Day { get; }

    /// <summary>1 to 12.</summary>
    public int Month { get; }

    /// <summary>Fixed or relative.</summary>
    public CampaignYear Year { get; }

    /// <summary>The date in a plan of the given campaign year.</summary>
    public DateOnly In(int campaignYear)
    {
        var year = Year.In(campaignYear);
        return new DateOnly(year, Month, Math.Min(Day, DateTime.DaysInMonth(year, Month)));
    }

    /// <summary>The last day before the date: "trước 29/02" ends on 28/02 in every year.</summary>
    public DateOnly DayBefore(int campaignYear) => new DateOnly(Year.In(campaignYear), Month, 1).AddDays(Day - 2);

    /// <summary>"01-01(+1)", "15-12(2017)", or "15-12" in the campaign year itself.</summary>
    public override string ToString() => Year == CampaignYear.Plus(0) ? $"{Day:00}-{Month:00}" : $"{Day:00}-{Month:00}({Year})";
}
