using System.Security.Cryptography;
using System.Text;

namespace WorkflowEngine;

/// <summary>A short mark by which two contents are told apart: the first 64 bits of their SHA-256 as 16 hexadecimal digits. Stored ids are made of it.</summary>
public static class Fingerprint
{
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
}
