namespace Workflows.Benchmarks;

/// <summary>One measured thing: what it is, how much, beside what, and how long the measuring took.</summary>
internal sealed record Figure(string What, string Result, string Beside, double Seconds)
{
    public static string Head => "| what | result | beside | seconds measured | load |\n| --- | --- | --- | --- | --- |";

    /// <summary>A row of the table that <c>docs/operations.md</c> keeps.</summary>
    public string Row => FormattableString.Invariant($"| {What} | {Result} | {Beside} | {Seconds:0.0} | {Measure.Load} |");
}
