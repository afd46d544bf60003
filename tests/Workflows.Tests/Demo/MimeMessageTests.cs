using System.Text;
using WorkflowHost.Demo;

namespace Workflows.Tests.Demo;

public sealed class MimeMessageTests
{
    [Theory]
    [InlineData("=?utf-8?B?xJHDoG4=?=", "đàn")]
    [InlineData("=?UTF-8?Q?C=C3=B4ng_=C4=91o=C3=A0n?= <a@b>", "Công đoàn <a@b>")]
    [InlineData("=?utf-8?B?xJE=?= =?utf-8?B?w6Bu?=", "đàn")]
    [InlineData("=?utf-8?Q?=C4?= =?utf-8?Q?=91?=", "đ")] // cut within a letter
    [InlineData("a =?utf-8?Q?b?= c =?iso-8859-1?Q?=E9?=", "a b c é")]
    [InlineData("=?utf-8?B?not base64?= and =?x?=", "=?utf-8?B?not base64?= and =?x?=")]
    [InlineData("=?no-such-charset?Q?abc?=", "abc")]
    public void Encoded_words_are_decoded(string header, string expected) =>
        Read($"Subject: {header}\r\n\r\n").Header("subject").ShouldBe(expected);

    [Fact]
    public void Folded_headers_are_joined() =>
        Read("Subject: =?utf-8?Q?a?=\r\n =?utf-8?Q?b?=\r\n\tc\r\nX: y\r\n\r\n").Header("Subject").ShouldBe("ab\tc");

    [Fact]
    public void Nested_parts_are_found_and_attachments_are_not_taken_for_text()
    {
        var message = Read(
            """
            Content-Type: multipart/mixed; boundary="out er"

            preamble
            --out er
            Content-Type: text/plain; name=a.txt
            Content-Disposition: attachment; filename=a.txt

            attached
            --out er
            Content-Type: multipart/alternative;
             boundary=inner

            --inner
            Content-Type: text/plain; charset="utf-8"
            Content-Transfer-Encoding: quoted-printable

            h=E1=BA=A1n =
            n=E1=BB=99p
            --inner
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            PHA+aOG6
            oW48L3A+
            --inner--
            --out er--
            epilogue
            """);

        message.Text.ShouldBe("hạn nộp");
        message.Html.ShouldBe("<p>hạn</p>");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no header at all")]
    [InlineData("Content-Type: multipart/mixed\r\n\r\n--x\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%")]
    [InlineData("Content-Type: text/plain; charset=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=")]
    public void Malformed_mail_is_read_as_far_as_it_goes(string raw) => Should.NotThrow(() => Read(raw));

    private static MimeMessage Read(string raw) =>
        MimeMessage.Read(Encoding.UTF8.GetBytes(raw.ReplaceLineEndings("\r\n")));
}
