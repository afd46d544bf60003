namespace WorkflowEngine.Deadlines;

/// <summary>
/// One text in the two languages of the product; pages show Vietnamese first, English second.
/// Plain spaces only: the page or mail that shows it decides where a line may not break.
/// </summary>
/// <param name="Vi">Vietnamese, NFC.</param>
/// <param name="En">English, with dates still written dd/MM/yyyy.</param>
public sealed record Bilingual(string Vi, string En)
{
    /// <summary>Joins two texts with a space between them.</summary>
    public static Bilingual operator +(Bilingual left, Bilingual right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new Bilingual($"{left.Vi} {right.Vi}", $"{left.En} {right.En}");
    }

    /// <summary>The Vietnamese text.</summary>
    public override string ToString() => Vi;
}
