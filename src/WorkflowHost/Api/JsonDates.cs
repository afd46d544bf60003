using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowEngine.Deadlines;

namespace WorkflowHost.Api;

/// <summary>A date or instant of a body that is none, or in none of the <see cref="KnownYears"/>; the message tells what is asked for.</summary>
internal sealed class DateNotRead(string vi, string en) : JsonException(en)
{
    public string Vi { get; } = vi;
}

/// <summary>Days of bodies as <c>yyyy-MM-dd</c>; what we answer is written without a check.</summary>
internal sealed class JsonDay : JsonConverter<DateOnly>
{
    public override DateOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateOnly.TryParseExact(reader.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && KnownYears.Hold(day)
            ? day
            : throw new DateNotRead(
                $"Hãy ghi ngày có thật dạng 2020-01-31, năm từ {KnownYears.First} đến {KnownYears.Last}.",
                $"Write a real day as 2020-01-31, of a year from {KnownYears.First} to {KnownYears.Last}.");

    public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}

/// <summary>Instants of bodies in ISO 8601; what we answer is written without a check.</summary>
internal sealed class JsonInstant : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var instant) && KnownYears.Hold(instant)
            ? instant
            : throw new DateNotRead(
                $"Hãy ghi thời điểm dạng 2020-01-31T08:00:00+07:00, năm từ {KnownYears.First} đến {KnownYears.Last}.",
                $"Write an instant as 2020-01-31T08:00:00+07:00, of a year from {KnownYears.First} to {KnownYears.Last}.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
