using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace WorkflowHost.Identity;

/// <summary>Bytes that leave the house as text and come back: nobody else can read or make them.</summary>
internal static class Sealed
{
    /// <summary>Text of letters, digits, <c>-</c> and <c>_</c>.</summary>
    public static string Seal(this IDataProtector protector, byte[] content) => WebEncoders.Base64UrlEncode(protector.Protect(content));

    /// <summary>What was sealed; null: it is not ours, was sealed for another purpose, or is damaged.</summary>
    public static byte[]? Open(this IDataProtector protector, string text)
    {
        try
        {
            return protector.Unprotect(WebEncoders.Base64UrlDecode(text));
        }
        catch (Exception refusal) when (refusal is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
